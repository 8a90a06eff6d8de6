import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { patientQuery } from '@/api/patients';
import { visitRoomQuery } from '@/api/visitRooms';
import { useRoom } from '../room/room';

/** The number to call: the clinic's for patient and guests; the patient's, and what they were told, for the clinic. */
export function PhoneNumber() {
  const { host } = useRoom();
  return host ? <PatientsNumber /> : <ClinicsNumber />;
}

function ClinicsNumber() {
  const { t } = useTranslation('call');
  const { phone } = useRoom();
  return phone ? <Number lead={t('phone.clinic')} number={phone} /> : <Text>{t('phone.none')}</Text>;
}

function PatientsNumber() {
  const { t } = useTranslation('call');
  const { roomId, phone } = useRoom();
  const patientId = useQuery(visitRoomQuery(roomId)).data?.patient.id;
  const patient = useQuery({ ...patientQuery(patientId ?? ''), enabled: patientId !== undefined });
  if (patient.isPending) return null;
  const number = patient.data?.phone;
  return (
    <>
      {number ? (
        <Number lead={t('phone.patient', { name: patient.data?.full_name ?? '' })} number={number} />
      ) : (
        <Text>{t('phone.noPatient')}</Text>
      )}
      {phone && <Text size="sm">{t('phone.told', { phone })}</Text>}
    </>
  );
}

function Number({ lead, number }: { lead: string; number: string }) {
  return (
    <Text>
      {lead}{' '}
      <Anchor fw={700} style={{ whiteSpace: 'nowrap' }} href={`tel:${number.replaceAll(/[^+\d]/gu, '')}`}>
        {number}
      </Anchor>
    </Text>
  );
}
